namespace Jaga.Hashing;

/// <summary>
/// The eight ways to turn and mirror a picture, in the reference's order. A number, so that it indexes what
/// <see cref="Pdq.HashAll"/> fills.
/// </summary>
public enum Dihedral
{
    /// <summary>As it is.</summary>
    Original,

    /// <summary>Turned by a quarter.</summary>
    Rotate90,

    /// <summary>Upside down.</summary>
    Rotate180,

    /// <summary>Turned by three quarters.</summary>
    Rotate270,

    /// <summary>Top and bottom exchanged.</summary>
    FlipX,

    /// <summary>Left and right exchanged.</summary>
    FlipY,

    /// <summary>Mirrored along the main diagonal: rows and columns exchanged.</summary>
    FlipPlus1,

    /// <summary>Mirrored along the other diagonal.</summary>
    FlipMinus1,
}
