using Jaga.Evidence;

namespace Jaga.Kernel;

public sealed partial class Db
{
    public DbSet<VaultObject> VaultObjects => Set<VaultObject>();

    public DbSet<VaultBlob> VaultBlobs => Set<VaultBlob>();

    public DbSet<Exhibit> Exhibits => Set<Exhibit>();

    public DbSet<ExhibitObject> ExhibitObjects => Set<ExhibitObject>();

    public DbSet<LegalHold> LegalHolds => Set<LegalHold>();

    public DbSet<DestructionCertificate> DestructionCertificates => Set<DestructionCertificate>();

    public DbSet<SecondWord> SecondWords => Set<SecondWord>();

    public DbSet<Erasure> Erasures => Set<Erasure>();

    public DbSet<ErasurePiece> ErasurePieces => Set<ErasurePiece>();
}
