from django.apps import AppConfig


class GameConfig(AppConfig):
    name = "game"

    def ready(self) -> None:
        from chat import conversations
        from game import conversation, referees

        referees.connect()
        conversations.register("match", conversation.find)
