"""What things are: immutable declarations, without behaviour beyond their own arithmetic."""
