"""What people do with the jobs they are shown, and why."""
