from django.urls import path

from bench.bare import views

urlpatterns = [path("log/", views.log), path("list/", views.tickets)]
