using Jaga.Deliveries;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Receiver> Receivers => Set<Receiver>();

    public DbSet<Circuit> Circuits => Set<Circuit>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<Attempt> Attempts => Set<Attempt>();
}
