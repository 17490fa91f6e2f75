from django import forms
from django.utils.translation import gettext_lazy as _

from chat import flood
from game.choices import POINTS, ChoiceForm
from tournaments.registration import LARGEST, NAME_LENGTH, SMALLEST


class TournamentForm(ChoiceForm):
    """A new tournament: name and size; the rest has good defaults."""

    field_order = ("name", "size", "points", "paddle", "pace")

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    size = forms.IntegerField(
        label=_("Places"), min_value=SMALLEST, max_value=LARGEST, initial=16, help_text=_("Any number from 2 to 256.")
    )
    points = forms.TypedChoiceField(
        label=_("Points to win"),
        choices=[(p, str(p)) for p in POINTS],
        coerce=int,
        initial=5,
        empty_value=5,  # type: ignore[arg-type]
        required=False,
    )

    def clean_name(self) -> str:
        """The same cleaning as a line of chat: nothing that hides or reorders text."""
        try:
            name = flood.clean(self.cleaned_data["name"])
        except flood.Refused as refused:
            raise forms.ValidationError(_("Give it a name that can be read.")) from refused
        if len(name) > NAME_LENGTH:  # some letters are two when they are composed as Unicode wants it
            raise forms.ValidationError(_("Give it a shorter name."))
        return name
