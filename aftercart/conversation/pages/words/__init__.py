"""What the rules decided, in words: gettext for the sentences, CLDR for days and times."""

from aftercart.conversation.pages.words.wording import Wording, sentence_case

__all__ = ["Wording", "sentence_case"]
