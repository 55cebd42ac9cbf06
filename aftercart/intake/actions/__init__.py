"""What is done to connections and to what lies in the inbox: the only writers of these tables."""
