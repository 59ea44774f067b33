using Jaga.Orders;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<OrderLocation> OrderLocations => Set<OrderLocation>();

    public DbSet<OrderAnswer> OrderAnswers => Set<OrderAnswer>();

    public DbSet<OrderCheck> OrderChecks => Set<OrderCheck>();

    public DbSet<OrderWarning> OrderWarnings => Set<OrderWarning>();

    public DbSet<OrderReply> OrderReplies => Set<OrderReply>();

    public DbSet<OrderFile> OrderFiles => Set<OrderFile>();
}
