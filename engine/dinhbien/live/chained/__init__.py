"""What follows from what is measured, chained by durable-rules in a process of its own."""
