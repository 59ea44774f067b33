using Jaga.Items;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Item> Items => Set<Item>();
}
