using Jaga.Items;
using Jaga.Items.Lookbacks;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Item> Items => Set<Item>();

    public DbSet<Lookback> Lookbacks => Set<Lookback>();

    public DbSet<LookbackPart> LookbackParts => Set<LookbackPart>();
}
