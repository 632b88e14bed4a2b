"""Planning: a staffing question, answered by simulating the program many times."""
