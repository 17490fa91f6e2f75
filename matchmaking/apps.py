from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "matchmaking"

    def ready(self) -> None:
        from accounts.limits import max_ping_changed
        from game.signals import match_finished
        from matchmaking import matchmaker, ratings, tickets

        match_finished.connect(ratings.on_match_finished, dispatch_uid="matchmaking.ratings")
        match_finished.connect(tickets.on_match_finished, dispatch_uid="matchmaking.tickets")
        max_ping_changed.connect(tickets.on_max_ping_changed, dispatch_uid="matchmaking.tickets")
        matchmaker.connect()
