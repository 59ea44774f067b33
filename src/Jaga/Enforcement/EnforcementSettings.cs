namespace Jaga.Enforcement;

/// <summary>How actions reach the platform. <c>Jaga__Enforcement__…</c></summary>
public sealed record EnforcementSettings
{
    /// <summary>The receiver that is told of every action by webhook. Where there is no receiver of this name, the platform pulls; one that is named later gets what is still asked.</summary>
    public string Receiver { get; init; } = "platform";

    internal IEnumerable<string> Wrong()
    {
        if (Receiver.Length is 0 or > 100)
        {
            yield return "Enforcement:Receiver is the name of a receiver, 1 to 100 characters.";
        }
    }
}
