"""Hold what is known beforehand: images, drivers, ports, names of files. Data only; each table names its source in words."""
