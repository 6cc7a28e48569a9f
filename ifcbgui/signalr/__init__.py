"""The SignalR hub protocol: a sans-I/O core and a thin asyncio shell."""
