using Jaga.Matching;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Sighting> Sightings => Set<Sighting>();

    public DbSet<AskUsage> AskUsages => Set<AskUsage>();
}
