"""The people who work here: one account per person, logged in by e-mail address."""

import uuid
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.enums import Role
from directory.models.organisation import Organisation
from directory.models.service import Service


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Agent":
        agent = self.model(email=self.normalize_email(email).lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agents")
    email = models.EmailField(
        _("adresse électronique"),
        unique=True,
        error_messages={"unique": _("Un agent utilise déjà cette adresse.")},
    )
    full_name = models.CharField(_("prénom et nom"), max_length=160)
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices, default=Role.AGENT)
    services = models.ManyToManyField(
        Service, verbose_name=_("services"), related_name="agents", blank=True
    )
    # What the agent chose for themselves, off until they do.
    wants_digest = models.BooleanField(_("recevoir le résumé du matin"), default=False)
    single_key_shortcuts = models.BooleanField(_("raccourcis à une touche"), default=False)
    is_active = models.BooleanField(_("compte actif"), default=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    objects = AgentManager.from_queryset(AgentQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("agent")
        ordering = ["full_name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="agent_role"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email
