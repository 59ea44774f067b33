using Jaga.Reports;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Report> Reports => Set<Report>();

    public DbSet<ReportCount> ReportCounts => Set<ReportCount>();

    public DbSet<ReportMessage> ReportMessages => Set<ReportMessage>();
}
