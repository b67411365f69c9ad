"""What the product's processes load during a fault: failpoints and protections switched off.

Reached by `DJANGO_SETTINGS_MODULE` alone; no module of the product knows of it.
"""
