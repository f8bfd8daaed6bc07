"""Fictional names of the sample company's customers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def words(text: str) -> tuple[str, ...]:
    """Split a text at its spaces."""
    return tuple(text.split())


GIVEN = words(
    """
    Ada Aiko Alba Amara Amina Anders André Anouk Arjun Asa Astrid Ayla Beatriz Bence Björn
    Bożena Camila Caner Chiara Chidi Chloé Dana Daniel Daria Diego Dilnoza Dmitri Edda Eero Ekow
    Elif Elżbieta Emeka Emil Esi Esther Eva Farah Fatou Felix Freya Georgi Giulia Grace Hana
    Hannah Haruto Helena Hugo Ibrahim Ida Ilya Imani Indira Inés Iñaki Ivana Jakub Jamal Jana
    João Jonas José Juma Kaja Karim Katya Kenji Kwame Lars Leila Lena Liam Linh Łucja Luís Lukas
    Maëlle Mai Malik Manon Marta Mateo Mei Mikkel Milan Mina Nadia Naoko Nikos Nils Noor Olga
    Oskar Paula Pedro Petra Priya Radek Rahel Renée Rosa Ruben Sade Saara Samir Sara Selin Simón
    Sofía Søren Stefan Sven Tamar Tariq Tess Thabo Théo Tomás Uma Vera Viktor Wen Wiktor Yara
    Youssef Zainab Zofia Zoë
    """
)
FAMILY = words(
    """
    Abebe Acheampong Adeyemi Aguilar Ahmadi Andersen Arslan Bakker Banerjee Barbosa Bauer Bello
    Berg Bianchi Bieliński Boateng Brandt Bruun Castaño Chanda Chen Costa Cruz Çelik Dahl
    Delgado Demir Desai Diallo Dlamini Dubois Eklund Eriksen Fabre Farkas Ferrari Fischer
    Fonseca Fujita Gallo García Georgiou Gómez Grønvold Gupta Haddad Halonen Hansen Hasan
    Hernández Horvat Huber Ibáñez Ito Ivanova Jansen Jensen Joshi Kamara Kato Keller Khoury Kim
    Kobayashi Kowalska Kruse Kumar Laine Larsen Laurent Le Lindqvist Lopes Łukasik Machado Maier
    Marino Mbeki Mendes Mensah Meyer Mizrahi Molina Moreau Müller Muñoz Mwangi Nakamura Navarro
    Ndiaye Nguyen Nielsen Novak Núñez Okafor Okoye Olsen Ortiz Osei Øster Papadaki Park Patel
    Peña Pereira Petrov Pham Popescu Quist Rahman Ramos Ricci Rivera Romano Rossi Sánchez Santos
    Sato Schäfer Silva Singh Sørlie Szabó Takács Tanaka Tembo Thorsen Toth Tran Vargas Virtanen
    Visser Vogel Weber Wójcik Wolff Yang Yilmaz Zając Zhou Zimmer
    """
)


def make_ids(n: int) -> npt.NDArray[np.object_]:
    """Return `C0001`, `C0002` …, padded so that they sort as text."""
    width = max(4, len(str(n)))
    return np.array([f"C{number:0{width}d}" for number in range(1, n + 1)], object)


def make_names(rng: np.random.Generator, household: npt.NDArray[np.int64]) -> list[str]:
    """Draw names; households often share a family name; a middle initial makes names unique."""
    n = len(household)
    given = rng.integers(0, len(GIVEN), size=n)
    shared = rng.integers(0, len(FAMILY), size=n)[household]
    own = rng.integers(0, len(FAMILY), size=n)
    family = np.where(rng.random(n) < 0.7, shared, own)
    seen: dict[tuple[int, int], int] = {}
    names = []
    for pair in zip(given.tolist(), family.tolist(), strict=True):
        before = seen[pair] = seen.get(pair, -1) + 1
        middle = f" {chr(ord('A') + (before - 1) % 26)}." if before else ""
        names.append(f"{GIVEN[pair[0]]}{middle} {FAMILY[pair[1]]}")
    return names
