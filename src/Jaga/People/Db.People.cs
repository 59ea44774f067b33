using Jaga.People;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<StaffMember> Staff => Set<StaffMember>();

    public DbSet<StaffPasskey> StaffPasskeys => Set<StaffPasskey>();

    public DbSet<StaffLink> StaffLinks => Set<StaffLink>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
}
