"""The files of a new project: what stands in project/, and the inventory of a provider as the collection has it."""
