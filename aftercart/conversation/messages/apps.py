from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "aftercart.conversation.messages"
    label = "conversation_messages"
