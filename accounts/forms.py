from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LEAST_PING_MS, MOST_PING_MS, User

PINGS_MS = (60, 100, 150, 200)  # what is offered as a limit


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """Change the name that everybody sees."""

    class Meta:
        model = User
        fields = ("username",)

    def clean_username(self) -> str:
        name = " ".join(self.cleaned_data["username"].split())
        if User.objects.filter(username__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(User._meta.get_field("username").error_messages["unique"])
        return name


class PingForm(forms.Form):
    """Which opponents to avoid."""

    max_ping_ms = forms.IntegerField(
        label=_("Opponents up to"),
        min_value=LEAST_PING_MS,
        max_value=MOST_PING_MS,
        required=False,
        widget=forms.Select,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Expected a ping of 20 to 1000 ms, or any.")
        ),
    )

    @classmethod
    def of(cls, user: Any, **options: Any) -> "PingForm":
        """With what is set so far; a stranger has set nothing."""
        return cls(initial={"max_ping_ms": user.max_ping_ms if isinstance(user, User) else None}, **options)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.initial.get("max_ping_ms")  # a program may have set any number
        offered = sorted({*PINGS_MS, *([own] if own else [])})
        self.fields["max_ping_ms"].widget.choices = [
            ("", _("any ping")),
            *((ms, _("%(ms)s ms ping") % {"ms": ms}) for ms in offered),
        ]


class SignupForm(AllauthSignupForm):
    """allauth's, with the guest's name filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = User._meta.get_field("username").verbose_name.capitalize()
