"""The only writers of what is asked and of who is asked."""
