using Jaga.Banks;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Bank> Banks => Set<Bank>();

    public DbSet<SignalBatch> SignalBatches => Set<SignalBatch>();

    public DbSet<Signal> Signals => Set<Signal>();

    public DbSet<SignalStanding> SignalStandings => Set<SignalStanding>();

    public DbSet<Opinion> Opinions => Set<Opinion>();
}
