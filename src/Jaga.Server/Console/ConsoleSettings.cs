namespace Jaga.Server.Pages;

/// <summary>The pages of the staff. <c>Jaga__Console__…</c></summary>
public sealed record ConsoleSettings
{
    /// <summary>Whether the pages are shown once to nobody after the start, so that nobody waits for a first look; it costs one core some seconds.</summary>
    public bool Warm { get; init; } = true;
}
