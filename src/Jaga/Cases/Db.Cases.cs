using Jaga.Cases;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Case> Cases => Set<Case>();

    public DbSet<Finding> Findings => Set<Finding>();

    public DbSet<CaseMedia> CaseMedia => Set<CaseMedia>();

    public DbSet<CaseSignal> CaseSignals => Set<CaseSignal>();

    public DbSet<Reveal> Reveals => Set<Reveal>();

    public DbSet<Decision> Decisions => Set<Decision>();
}
