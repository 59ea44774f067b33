namespace Jaga.Evidence;

/// <summary>A room above that may still need evidence whose day has come. Implemented by those rooms; asked before anything is destroyed.</summary>
public interface INeedsEvidence
{
    /// <summary>Whether it must stay for now. It is asked again every hour.</summary>
    Task<bool> Needs(Id<VaultObject> evidence, CancellationToken ct);
}
