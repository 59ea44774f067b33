using Jaga.Reports.Flaggers;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Flagger> Flaggers => Set<Flagger>();

    public DbSet<PassedReport> PassedReports => Set<PassedReport>();

    public DbSet<Misuse> Misuses => Set<Misuse>();
}
