from django.apps import AppConfig


class MatchmakingConfig(AppConfig):
    name = "matchmaking"

    def ready(self) -> None:
        from game.signals import match_finished
        from matchmaking import matchmaker, ratings, tickets

        match_finished.connect(ratings.on_match_finished, dispatch_uid="matchmaking.ratings")
        match_finished.connect(tickets.on_match_finished, dispatch_uid="matchmaking.tickets")
        matchmaker.connect()
