"""Signing out reaches open sockets: a socket's user is fixed at its handshake."""

from typing import Any

from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest

from accounts.models import User
from realtime import process, rooms


def connect() -> None:
    user_logged_out.connect(_on_log_out, dispatch_uid="accounts.signed_out")
    pre_save.connect(_before_save, sender=User, dispatch_uid="accounts.signed_out")
    post_save.connect(_after_save, sender=User, dispatch_uid="accounts.signed_out")


def _on_log_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        process.on_commit(rooms.ring, f"user.{user.pk}", f"signed_out:{request.session.session_key}")


def _before_save(instance: User, update_fields: frozenset[str] | None, **_: Any) -> None:
    """A new password or a ban ends every session, whoever sets it. A guest's first password ends none."""
    instance.signs_out = False
    if instance.pk and (update_fields is None or update_fields & {"password", "is_active"}):
        was = User.objects.filter(pk=instance.pk).values_list("password", "is_active").first()
        if was is not None:
            changed = is_password_usable(was[0]) and was[0] != instance.password
            instance.signs_out = changed or (was[1] and not instance.is_active)


def _after_save(instance: User, **_: Any) -> None:
    if instance.signs_out:
        process.on_commit(rooms.ring, f"user.{instance.pk}", "signed_out")
