/** Tests of the simulated agents, over real connections. */
