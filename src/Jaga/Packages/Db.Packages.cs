using Jaga.Packages;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<Package> Packages => Set<Package>();

    public DbSet<PackageSubject> PackageSubjects => Set<PackageSubject>();

    public DbSet<EncryptionKey> EncryptionKeys => Set<EncryptionKey>();

    public DbSet<ProfileSetting> ProfileSettings => Set<ProfileSetting>();
}
