from django.apps import AppConfig


class TournamentsConfig(AppConfig):
    name = "tournaments"

    def ready(self) -> None:
        from chat import conversations
        from game.signals import match_begun, match_finished, rally_added
        from tournaments import conversation, director, results, scores

        match_begun.connect(results.on_match_begun, dispatch_uid="tournaments.results")
        rally_added.connect(scores.on_rally_added, dispatch_uid="tournaments.scores")
        match_finished.connect(results.on_match_finished, dispatch_uid="tournaments.results")
        director.connect()
        conversations.register("tournament", conversation.find)
