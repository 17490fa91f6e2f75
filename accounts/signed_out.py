"""Signing out reaches open sockets: a socket's user is fixed at its handshake."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from accounts.models import User
from realtime import process, rooms


def connect() -> None:
    user_logged_out.connect(_on_log_out, dispatch_uid="accounts.signed_out")
    for changed in (password_changed, password_reset):
        changed.connect(_on_password, dispatch_uid="accounts.signed_out")


def _on_log_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        process.on_commit(rooms.ring, f"user.{user.pk}", f"signed_out:{request.session.session_key}")


def _on_password(user: User, **_: Any) -> None:
    process.on_commit(rooms.ring, f"user.{user.pk}", "signed_out")
