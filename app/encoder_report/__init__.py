"""The exam of the encoder: what people, jobs and skills it is asked about, and how it fared."""
