using Jaga.Audit;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<AuditLine> AuditLines => Set<AuditLine>();

    public DbSet<StoredCheckpoint> AuditCheckpoints => Set<StoredCheckpoint>();
}
