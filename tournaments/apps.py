from django.apps import AppConfig


class TournamentsConfig(AppConfig):
    name = "tournaments"

    def ready(self) -> None:
        from chat import conversations
        from game.signals import match_begun, match_finished, rally_added
        from tournaments import conversation, director, repeats, results, scores
        from tournaments.starting import tournament_begun

        match_begun.connect(results.on_match_begun, dispatch_uid="tournaments.results")
        rally_added.connect(scores.on_rally_added, dispatch_uid="tournaments.scores")
        match_finished.connect(results.on_match_finished, dispatch_uid="tournaments.results")
        tournament_begun.connect(repeats.on_begun, dispatch_uid="tournaments.repeats")
        director.connect()
        conversations.register("tournament", conversation.find)
