using Jaga.Exchanges;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Exchange> Exchanges => Set<Exchange>();

    public DbSet<ExchangeProgress> ExchangeProgress => Set<ExchangeProgress>();

    public DbSet<ExchangeClaim> ExchangeClaims => Set<ExchangeClaim>();

    public DbSet<SetAsideEntry> SetAsideEntries => Set<SetAsideEntry>();
}
