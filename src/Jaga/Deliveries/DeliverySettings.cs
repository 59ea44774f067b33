namespace Jaga.Deliveries;

/// <summary>How deliveries are sent. <c>Jaga__Deliveries__…</c></summary>
public sealed record DeliverySettings
{
    /// <summary>How long a node holds what it took to send; after a crash it is free again this much (and the receiver's timeout) later, and is sent again with the same id.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Failures in a row, with no success in between, after which a receiver's circuit opens.</summary>
    public int OpenAfter { get; init; } = 5;

    /// <summary>How long after a delivery is over its message, its receipt and its tries are kept; 30 to 3,650 days, or 0 for ever. That it left and its digest stay.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(730);

    internal IEnumerable<string> Wrong()
    {
        if (Keep != TimeSpan.Zero && (Keep < TimeSpan.FromDays(30) || Keep > TimeSpan.FromDays(3650)))
        {
            yield return $"Deliveries:Keep is {Keep}. It takes 30 to 3650 days, or 0 for ever.";
        }

        if (Lease < TimeSpan.FromSeconds(5) || Lease > TimeSpan.FromHours(1))
        {
            yield return $"Deliveries:Lease is {Lease}. It takes 5 s to 1 h.";
        }

        if (OpenAfter is < 1 or > 1000)
        {
            yield return $"Deliveries:OpenAfter is {OpenAfter}. It takes 1 to 1000.";
        }
    }
}
