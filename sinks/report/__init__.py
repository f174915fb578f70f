"""Documents a county circulates and maps it looks at, from the numbers and cases of the warehouse."""
