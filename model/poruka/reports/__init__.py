"""Reports: pages about runs, forks, experiments, theses."""
