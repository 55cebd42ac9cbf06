"""Who opened a mail, as far as its user agent tells: programs open mails and follow links too."""

# Gmail's and Yahoo's picture proxies, Outlook's preview, link scanners, and Apple Mail Privacy
# Protection, which says no more than the first two words.
MARKS = ("googleimageproxy", "yahoomailproxy", "ggpht.com", "barracuda", "proofpoint", "mimecast")
BARE = "mozilla/5.0"


def is_machine(user_agent: str) -> bool:
    """Whether it was probably no person."""
    agent = user_agent.strip().lower()
    return agent in {"", BARE} or any(mark in agent for mark in MARKS)
