"""Setting the numbers of the rules from the record of several countries up to one month."""
