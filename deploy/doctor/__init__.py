"""`xiangmai doctor`: what is wrong with a line, and what to do about it, for a person at three in the morning."""
