"""Read shell scripts and judge the commands in them."""
