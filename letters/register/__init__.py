"""Files of the register: what they are, what their columns say, and how they are written."""
