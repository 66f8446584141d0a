"""What subcommands share, and those that `cli` only names."""
