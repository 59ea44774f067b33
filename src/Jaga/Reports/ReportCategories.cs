namespace Jaga.Reports;

/// <summary>What the public may call what it reports, in the words that cases use (<see cref="Cases.Categories"/>).</summary>
public static class ReportCategories
{
    /// <summary>In the order of the page.</summary>
    public static IReadOnlyList<string> All { get; } = ["csam", "grooming", "intimate-image", "violence", "terrorism", "harassment", "self-harm", "fraud", "gambling", "copyright", "other"];

    /// <summary>Where nobody is ever asked to keep, copy or send a picture: to possess it may itself be unlawful.</summary>
    public static bool PicturesWithheld(string category) => category is "csam" or "grooming";
}
