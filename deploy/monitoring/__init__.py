"""What watches the line from outside."""
